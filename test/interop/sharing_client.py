"""The official Delta Sharing client for Python, without the minutes for which it asks again after an error of the server."""

import delta_sharing
from delta_sharing.rest_client import DataSharingRestClient

DataSharingRestClient.__init__.__defaults__ = (0,)

__all__ = ["delta_sharing"]
