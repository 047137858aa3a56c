interface Health {
  code?: string;
  status: string | number;
  checks: Record<string, { status: string; message?: string }>;
}

/** Returns what `/health/ready` says, whatever its status. */
export async function readHealth(url: string): Promise<{ response: Response; health: Health }> {
  const response = await fetch(`${url}/health/ready`);
  return { response, health: (await response.json()) as Health };
}
