import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says why something that a cdk-nag rule objects to is right here, for the construct and everything in it.
 *
 * @param rules ids of rules, or of single findings such as `AwsSolutions-IAM5[Resource::*]`, each with its reason
 */
export function acknowledge(construct: IConstruct, rules: Readonly<Record<string, string>>): void {
  const acknowledgements = Object.entries(rules).map(([id, reason]) => ({ id, reason }));
  Validations.of(construct).acknowledge(...acknowledgements);
}
