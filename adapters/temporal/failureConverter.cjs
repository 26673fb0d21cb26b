// CommonJS, because the SDK loads it by path with require() in the host and by webpack in the workflow sandbox.
// Without encodeCommonAttributes, whole error messages and stacks stand in Temporal's database in the clear.
const { DefaultFailureConverter } = require('@temporalio/common');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
