"""What a Python script with zeep does at the SDK; prints one JSON object a version of SOAP."""
import json
import sys

from requests import Session
from requests.auth import HTTPBasicAuth
from zeep import Client
from zeep.transports import Transport

url, ca, account, password, user, stranger, application = sys.argv[1:]
session = Session()
session.trust_env = False  # A bundle that the environment names would come first.
session.verify = ca
session.auth = HTTPBasicAuth(account, password)
client = Client(url + "?WSDL", transport=Transport(session=session, timeout=100, operation_timeout=100))

for port in ("PfWsSdkSoap", "PfWsSdkSoap12"):
    service = client.bind("PfWsSdk", port)
    asked = service.PfAuthUser_4(user, "pfsdk", "192.0.2.7", application + " " + port, True)
    settings = service.GetUserSettings_3(user)
    unknown = service.CanonicalizeUser(stranger)
    bypassed = service.OneTimeBypass(user, "für " + user, 60, "Müller")
    again = service.PfAuthUser_4(user, "pfsdk", "", application + " " + port, True)
    print(json.dumps({
        "security": service.TestSecurity(),
        "approved": asked.PfAuthUser_4Result,
        "callCode": asked.callResult.Code,
        "requestId": asked.authenticationRequestId,
        "error": asked.error.Code,
        "firstName": settings.userSettings.FirstName,
        "enabled": settings.userSettings.Enabled,
        "mode": settings.userSettings.Mode,
        "unknown": unknown.CanonicalizeUserResult,
        "unknownError": unknown.error.Code,
        "unknownText": unknown.error.Description,
        "bypassed": bypassed.OneTimeBypassResult,
        "bypassCode": again.callResult.Code,
    }))
