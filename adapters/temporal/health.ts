import { Connection } from '@temporalio/client';

const probeTimeoutMs = 2000;

/**
 * Asks a server for its version, and whether it serves a namespace yet.
 * @throws what gRPC throws while the server is not ready
 */
export const probeTemporal = async (address: string, namespace: string): Promise<string> => {
  const connection = await Connection.connect({ address, connectTimeout: probeTimeoutMs });
  try {
    const deadline = Date.now() + probeTimeoutMs;
    const { serverVersion } = await connection.withDeadline(deadline, async () => {
      await connection.workflowService.describeNamespace({ namespace });
      return connection.workflowService.getSystemInfo({});
    });
    return serverVersion ?? '';
  } finally {
    await connection.close();
  }
};
