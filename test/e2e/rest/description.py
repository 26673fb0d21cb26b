"""Checks a description by the schema of OpenAPI 3.1; whatever is wrong ends it with what and where."""

import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

faults = [
    f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}"
    for fault in OpenAPIV31SpecValidator(json.load(sys.stdin)).iter_errors()
]
print(json.dumps(faults))
