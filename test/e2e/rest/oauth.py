"""Authlib gets tokens, calls with them and gives them back; it prints what it saw as JSON."""

import json
import os
import sys

import requests
from authlib.integrations.requests_client import OAuth2Session, OAuthError
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

issuer, ca, client_id, client_secret = sys.argv[1:]
os.environ["REQUESTS_CA_BUNDLE"] = ca
found = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=30)
metadata = AuthorizationServerMetadata(found.json())
metadata.validate()
seen = {"issuer": metadata["issuer"] == issuer, "proofs": []}
token_endpoint = metadata["token_endpoint"]

for method in ("client_secret_basic", "client_secret_post"):
    session = OAuth2Session(
        client_id, client_secret, scope="verify users.read", token_endpoint_auth_method=method
    )
    token = session.fetch_token(token_endpoint, grant_type="client_credentials")
    users = f"{issuer}/api/v1/users"
    before = session.get(users).status_code
    narrow = OAuth2Session(
        client_id, client_secret, scope="verify", token_endpoint_auth_method=method
    )
    narrow.fetch_token(token_endpoint, grant_type="client_credentials")
    outside = narrow.get(users).status_code
    revoked = session.revoke_token(
        metadata["revocation_endpoint"], token=token["access_token"]
    ).status_code
    after = requests.get(
        users,
        headers={"Authorization": f"Bearer {token['access_token']}"},
        timeout=30,
    ).status_code
    seen["proofs"].append(
        {
            "method": method,
            "scope": token["scope"],
            "type": token["token_type"],
            "expires": 0 < token["expires_in"] <= 600,
            "statuses": [before, outside, revoked, after],
        }
    )

errors = []
for secret, scope in ((client_secret + "x", "verify"), (client_secret, "privacy")):
    session = OAuth2Session(client_id, secret, scope=scope)
    try:
        session.fetch_token(token_endpoint, grant_type="client_credentials")
    except OAuthError as error:
        errors.append(error.error)
seen["errors"] = errors
print(json.dumps(seen))
