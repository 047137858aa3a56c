import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Size } from '../sizes';

const CIDR = '10.40.0.0/16';
export const API_PORT = 8080;
export const REDIS_PORT = 6379;
export const POSTGRES_PORT = 5432;
const HTTPS_PORT = 443;
const DNS_PORT = 53;

/** The network, and who may talk to whom in it: everything that is not allowed here is refused. */
export class Network extends Construct {
  readonly vpc: ec2.Vpc;
  /** The network's addresses, which include those of the load balancer and of CloudFront's entry. */
  readonly cidr = CIDR;
  readonly loadBalancer: ec2.SecurityGroup;
  readonly api: ec2.SecurityGroup;
  readonly consumer: ec2.SecurityGroup;
  /** The security group of the tunnel through which somebody administers the database. */
  readonly operator: ec2.SecurityGroup;
  /** The security group of the function that reads the metrics. */
  readonly metrics: ec2.SecurityGroup;
  readonly redis: ec2.SecurityGroup;
  readonly postgres: ec2.SecurityGroup;

  constructor(scope: Construct, id: string, size: Size) {
    super(scope, id);
    this.vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(CIDR),
      maxAzs: 2,
      natGateways: size.natGateways,
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24, mapPublicIpOnLaunch: false },
        { name: 'apps', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 22 },
        { name: 'data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
      // Traffic to buckets bypasses the NAT gateway, which costs by the gigabyte.
      gatewayEndpoints: { S3: { service: ec2.GatewayVpcEndpointAwsService.S3 } },
      flowLogs: { Rejected: { trafficType: ec2.FlowLogTrafficType.REJECT } },
    });
    this.loadBalancer = this.group('LoadBalancer', 'Load balancer: from CloudFront, to the API');
    this.api = this.group('Api', 'API: from the load balancer, to the stores');
    this.consumer = this.group('Consumer', 'Consumers: from nowhere, to the stores');
    this.operator = this.group('Operator', 'Administration: from nowhere, to PostgreSQL');
    this.metrics = this.group('Metrics', 'Reader of the metrics: from nowhere, to the API');
    this.redis = this.group('Redis', 'MemoryDB: from API and consumers, to nowhere');
    this.postgres = this.group('Postgres', 'PostgreSQL: from API, consumers and administration, to nowhere');
    this.allowPaths();
  }

  private allowPaths(): void {
    // CloudFront enters through interfaces of its own in the private subnets; the load balancer has no public address.
    const network = ec2.Peer.ipv4(CIDR);
    this.loadBalancer.addIngressRule(network, ec2.Port.tcp(HTTPS_PORT), 'CloudFront VPC origin');
    allow(this.loadBalancer, this.api, API_PORT);
    allow(this.metrics, this.api, API_PORT);
    for (const app of [this.api, this.consumer]) allow(app, this.redis, REDIS_PORT);
    for (const app of [this.api, this.consumer, this.operator]) allow(app, this.postgres, POSTGRES_PORT);
    for (const app of [this.api, this.consumer, this.operator, this.metrics]) {
      app.addEgressRule(
        ec2.Peer.anyIpv4(),
        ec2.Port.tcp(HTTPS_PORT),
        'AWS APIs: images, secrets, logs, buckets',
      );
      app.addEgressRule(network, ec2.Port.udp(DNS_PORT), 'Names');
    }
  }

  private group(id: string, description: string): ec2.SecurityGroup {
    return new ec2.SecurityGroup(this, id, { vpc: this.vpc, description, allowAllOutbound: false });
  }
}

/** Returns the group for use in another stack, which adds no rules to those here. */
export const asItIs = (scope: Construct, group: ec2.SecurityGroup): ec2.ISecurityGroup =>
  ec2.SecurityGroup.fromSecurityGroupId(scope, `${group.node.id}Group`, group.securityGroupId, {
    mutable: false,
  });

function allow(from: ec2.SecurityGroup, to: ec2.SecurityGroup, port: number): void {
  from.addEgressRule(to, ec2.Port.tcp(port));
  to.addIngressRule(from, ec2.Port.tcp(port));
}
