import type { PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { CfnKey } from 'aws-cdk-lib/aws-kms';
import type { CfnDBInstance } from 'aws-cdk-lib/aws-rds';
import { makeApp } from './drivewatch-app';
import { makeTestApp } from '../test/synthesised';

const rulesOf = (report: PolicyValidationPluginReport): string[] =>
  report.violations.map(({ ruleName }) => ruleName);

describe('the rules of AwsSolutions', () => {
  it.each(['small', 'large'] as const)('are kept, or not for a reason, in size %s', (size) => {
    const { app, checks } = makeTestApp(size);
    // The names that reasons are given for exist once the templates do.
    app.synth();
    expect(rulesOf(checks.validateScope(app))).toEqual([]);
  });

  it('find what is missing', () => {
    const { app, checks, foundation } = makeTestApp('small');
    (foundation.recordStore.instance.node.defaultChild as CfnDBInstance).multiAz = false;
    (foundation.key.node.defaultChild as CfnKey).enableKeyRotation = false;
    const rules = rulesOf(checks.validateScope(app));
    expect(rules).toEqual(expect.arrayContaining(['AwsSolutions-RDS3', 'AwsSolutions-KMS5']));
  });
});

describe(makeApp.name, () => {
  it('says which file an image would be built from when it is not there', () => {
    expect(() => makeTestApp('small', { imageContext: '/nowhere' })).toThrow(
      '/nowhere/docker/api.Dockerfile is missing',
    );
  });
});
