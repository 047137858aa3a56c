import { X509Certificate } from 'node:crypto';
import { databaseCertificates } from './database-certificates';

describe(databaseCertificates.name, () => {
  it.each(['us-east-1', 'eu-central-1', 'ap-east-1'])(
    'has the roots of %s that hold, and of no other region',
    (region) => {
      const certificates = databaseCertificates(region)
        .split(/(?<=-----END CERTIFICATE-----)\n/)
        .map((pem) => new X509Certificate(pem));
      expect(certificates).toHaveLength(3);
      for (const { subject, validToDate } of certificates) {
        expect(subject).toContain(`Amazon RDS ${region} Root CA`);
        expect(validToDate.getUTCFullYear()).toBeGreaterThan(2050);
      }
    },
  );

  it('refuses a region without known certificates', () => {
    expect(() => databaseCertificates('xx-nowhere-9')).toThrow('no certificate of RDS in xx-nowhere-9');
  });
});
