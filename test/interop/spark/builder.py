"""Tables whose columns this Delta cannot declare in SQL."""

# By the feature: the columns, each with what is said of it to the builder of Delta's Java API.
BUILT = {
    "generated-column": {
        "id": lambda column: column.dataType("long"),
        "moment": lambda column: column.dataType("timestamp"),
        "day": lambda column: column.dataType("date").generatedAlwaysAs("cast(moment as date)"),
    },
    "identity-column": {
        "id": lambda column: column.dataType("long").generatedAlwaysAsIdentity(10, 5),
        "name": lambda column: column.dataType("string"),
    },
}


def build(spark, path, columns):
    api = spark._jvm.io.delta.tables.DeltaTable
    session = spark._jsparkSession
    table = api.create(session).location(path)
    for name, declare in columns.items():
        table = table.addColumn(declare(api.columnBuilder(session, name)).build())
    table.execute()
