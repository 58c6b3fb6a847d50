"""A workspace as the official Databricks SDK for Python sees it."""

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import DatabricksError
from databricks.sdk.service import catalog, sharing


def workspace(given):
    if "token" in given:
        return WorkspaceClient(host=given["host"], token=given["token"], auth_type="pat")
    return WorkspaceClient(
        host=given["host"],
        client_id=given["clientId"],
        client_secret=given["clientSecret"],
        auth_type="oauth-m2m",
    )


def told(answer):
    """An answer as the SDK understood it: what it does not know of, and what is no value of an enumeration, is gone."""
    return answer.as_dict()


def refusal(call, **arguments):
    """How the SDK names the refusal of a call."""
    try:
        call(**arguments)
    except DatabricksError as error:
        return {"class": type(error).__name__, "code": error.error_code, "message": str(error)}
    raise AssertionError("it was not refused")


def identity(given):
    return told(workspace(given).current_user.me())


def register(given):
    """Makes a schema, grants privileges on it, and registers a table in it."""
    client = workspace(given)
    schema = client.schemas.create(name="C_123", catalog_name="kadoa_prod", comment="of a connector", properties={"k": "v"})
    principal = given["principal"]
    client.grants.update(
        "schema",
        schema.full_name,
        changes=[catalog.PermissionsChange(principal="otto", add=[catalog.Privilege.SELECT, catalog.Privilege.USE_SCHEMA])],
    )
    client.grants.update(
        "schema", schema.full_name, changes=[catalog.PermissionsChange(principal="otto", remove=[catalog.Privilege.SELECT])]
    )
    table = {
        "name": "Orders",
        "catalog_name": "kadoa_prod",
        "schema_name": "c_123",
        "table_type": catalog.TableType.EXTERNAL,
        "data_source_format": catalog.DataSourceFormat.DELTA,
        "storage_location": given["location"],
        "columns": [
            catalog.ColumnInfo(
                name="id",
                type_name=catalog.ColumnTypeName.LONG,
                type_text="bigint",
                type_json='{"name":"id","type":"long","nullable":true,"metadata":{}}',
                position=0,
                nullable=True,
            )
        ],
    }
    created = client.tables.create(**table)
    trial = {
        "storage_credential_name": "bucket",
        "external_location_name": "bucket",
        "url": given["location"],
        "read_only": True,
    }
    return {
        "metastore": told(client.metastores.summary()),
        "schema": told(client.schemas.update(schema.full_name, comment="another")),
        "schemas": [each.full_name for each in client.schemas.list("kadoa_prod")],
        "catalog": told(client.catalogs.get("kadoa_prod")),
        "grants": told(client.grants.get("schema", schema.full_name)),
        "effective": told(client.grants.get_effective("schema", schema.full_name, principal=principal)),
        "created": told(created),
        "exists": [client.tables.exists(name).table_exists for name in (created.full_name,)],
        "listed": [each.full_name for each in client.tables.list("kadoa_prod", "c_123")],
        "again": refusal(client.tables.create, **table),
        "overlapping": refusal(client.tables.create, **{**table, "name": "inner", "storage_location": f"{given['location']}/inner"}),
        "elsewhere": refusal(client.tables.create, **{**table, "name": "out", "storage_location": "s3://elsewhere/out"}),
        "unknown": refusal(client.tables.get, full_name="kadoa_prod.c_123.nothing"),
        "locations": [told(each) for each in client.external_locations.list()],
        "tried": told(client.storage_credentials.validate(**trial)),
        "writing": told(client.storage_credentials.validate(**{**trial, "read_only": False})),
        "uncovered": refusal(client.storage_credentials.validate, **{**trial, "external_location_name": None}),
        "quotas": [told(each) for each in client.resource_quotas.list_quotas()],
    }


def share(given):
    """Shows a registered table in a share, in another way, and no longer."""
    client = workspace(given)
    table = given["table"]

    def update(action, **said):
        shown = sharing.SharedDataObject(name=table, data_object_type=sharing.SharedDataObjectDataObjectType.TABLE, **said)
        change = sharing.SharedDataObjectUpdate(action=sharing.SharedDataObjectUpdateAction(action), data_object=shown)
        return client.shares.update(share.name, updates=[change])

    share = client.shares.create(name="Spring", comment="of a connector")
    history = sharing.SharedDataObjectHistoryDataSharingStatus
    update("ADD", shared_as="SHOP.ORDERS", comment="orders", history_data_sharing_status=history.ENABLED)
    added = told(client.shares.get(share.name, include_shared_data=True))
    update("UPDATE", comment="all orders", history_data_sharing_status=history.DISABLED)
    updated = told(client.shares.get(share.name, include_shared_data=True))
    again = refusal(update, action="ADD", shared_as="SHOP.OTHER")
    update("REMOVE")
    return {
        "created": told(share),
        "added": added,
        "updated": updated,
        "again": again,
        "removed": told(client.shares.get(share.name, include_shared_data=True)),
        "listed": [each.name for each in client.shares.list_shares()],
        "renamed": told(client.shares.update(share.name, new_name="summer", comment="later")),
        "unknown": refusal(client.shares.get, name="spring"),
        "deleted": client.shares.delete("summer"),
    }


def invite(given):
    """Grants a share to recipients of both kinds, rotates the token of one, and looks at what each may read."""
    client = workspace(given)
    client.shares.create(name="summer")
    identifier = given["identifier"]
    on_databricks = client.recipients.create(
        name="acme",
        authentication_type=sharing.AuthenticationType.DATABRICKS,
        data_recipient_global_metastore_id=identifier,
        properties_kvpairs=sharing.SecurablePropertiesKvPairs(properties={"team": "t_1"}),
    )
    opened = client.recipients.create(
        name="open",
        authentication_type=sharing.AuthenticationType.TOKEN,
        ip_access_list=sharing.IpAccessList(allowed_ip_addresses=["127.0.0.0/8"]),
    )
    code = opened.tokens[0].activation_url.rsplit("?", 1)[1]
    client.recipient_activation.get_activation_url_info(code)
    profile = client.recipient_activation.retrieve_token(code)
    select = sharing.Privilege.SELECT.value
    granted = client.shares.update_permissions(
        "summer",
        changes=[sharing.PermissionsChange(principal=name, add=[select]) for name in ("acme", "open")],
    )
    client.shares.update_permissions("summer", changes=[sharing.PermissionsChange(principal="acme", remove=[select])])
    return {
        "onDatabricks": told(on_databricks),
        "found": [each.name for each in client.recipients.list(data_recipient_global_metastore_id=identifier)],
        "twin": refusal(
            client.recipients.create,
            name="acme2",
            authentication_type=sharing.AuthenticationType.DATABRICKS,
            data_recipient_global_metastore_id=identifier,
        ),
        "open": told(opened),
        "profile": told(profile),
        "usedUp": refusal(client.recipient_activation.retrieve_token, activation_url=code),
        "rotated": told(client.recipients.rotate_token("open", existing_token_expire_in_seconds=3600)),
        "rotatedAgain": refusal(client.recipients.rotate_token, name="open", existing_token_expire_in_seconds=0),
        "granted": told(granted),
        "permissions": told(client.shares.share_permissions("summer")),
        "shares": told(client.recipients.share_permissions("open")),
        "changed": told(client.recipients.update("open", comment="by token", new_name="opened")) | {"tokens": []},
        "moved": told(client.shares.share_permissions("summer")),
        "deleted": client.recipients.delete("opened"),
        "left": [each.name for each in client.recipients.list()],
    }


def execute(given):
    """What becomes of each statement."""
    client = workspace(given)
    return [
        told(
            client.statement_execution.execute_statement(
                statement=statement, warehouse_id=given["warehouse"], wait_timeout="30s"
            )
        )
        for statement in given["statements"]
    ]


def follow(given):
    """A statement that takes its time: what is said at once, and then each time it is asked for."""
    statements = workspace(given).statement_execution
    states = [statements.execute_statement(statement="SELECT 1", warehouse_id=given["warehouse"], wait_timeout="0s")]
    while states[-1].status.state.value in ("PENDING", "RUNNING"):
        states.append(statements.get_statement(states[-1].statement_id))
    cancelled = statements.execute_statement(statement="SELECT 1", warehouse_id=given["warehouse"], wait_timeout="0s")
    statements.cancel_execution(cancelled.statement_id)
    states.append(statements.get_statement(cancelled.statement_id))
    return [each.status.state.value for each in states]


CALLS = {
    "identity": identity,
    "register": register,
    "share": share,
    "invite": invite,
    "execute": execute,
    "follow": follow,
}
