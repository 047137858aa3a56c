import type { CfnParameter } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Buckets } from './buckets';
import type { Network } from './network';

/** Below the 75 s after which the API ends an idle connection, so that no request is sent on one that is ending. */
const IDLE_LIMIT = Duration.seconds(60);
/** A request of 256 MiB is answered once its last record is queued. */
const ANSWER_LIMIT = Duration.seconds(60);

export interface EntryPointOptions {
  readonly network: Network;
  readonly buckets: Buckets;
  /** The name that browsers and devices use. */
  readonly domainName: CfnParameter;
  /** The certificate of that name in us-east-1, where CloudFront looks for it. */
  readonly viewerCertificateArn: CfnParameter;
  /** The certificate of that name in the load balancer's region. */
  readonly originCertificateArn: CfnParameter;
}

/** The only way in: CloudFront, with the public bucket and a load balancer without a public address behind it. */
export class EntryPoint extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  /** Answers 503 until the API has registered with it. */
  readonly listener: elb.ApplicationListener;
  readonly distribution: cloudfront.Distribution;

  constructor(scope: Construct, id: string, options: EntryPointOptions) {
    super(scope, id);
    const { network, buckets } = options;
    this.loadBalancer = new elb.ApplicationLoadBalancer(this, 'LoadBalancer', {
      vpc: network.vpc,
      vpcSubnets: { subnetGroupName: 'apps' },
      internetFacing: false,
      securityGroup: network.loadBalancer,
      idleTimeout: IDLE_LIMIT,
      deletionProtection: true,
      dropInvalidHeaderFields: true,
    });
    this.loadBalancer.logAccessLogs(buckets.logs, 'load-balancer');
    this.listener = this.loadBalancer.addListener('Https', {
      port: 443,
      protocol: elb.ApplicationProtocol.HTTPS,
      certificates: [elb.ListenerCertificate.fromArn(options.originCertificateArn.valueAsString)],
      sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
      open: false,
      // The 503 makes devices come again, as they do whenever the API has no room.
      defaultAction: elb.ListenerAction.fixedResponse(503, {
        contentType: 'text/plain',
        messageBody: 'Drivewatch is being deployed',
      }),
    });
    this.distribution = this.makeDistribution(options);
  }

  private makeDistribution(options: EntryPointOptions): cloudfront.Distribution {
    const api = origins.VpcOrigin.withApplicationLoadBalancer(this.loadBalancer, {
      protocolPolicy: cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
      originSslProtocols: [cloudfront.OriginSslPolicy.TLS_V1_2],
      readTimeout: ANSWER_LIMIT,
    });
    const published: cloudfront.BehaviorOptions = {
      origin: origins.S3BucketOrigin.withOriginAccessControl(options.buckets.published),
      viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      cachePolicy: cloudfront.CachePolicy.CACHING_OPTIMIZED,
      responseHeadersPolicy: cloudfront.ResponseHeadersPolicy.CORS_ALLOW_ALL_ORIGINS,
      compress: true,
    };
    const distribution = new cloudfront.Distribution(this, 'Distribution', {
      comment: 'Drivewatch',
      domainNames: [options.domainName.valueAsString],
      certificate: acm.Certificate.fromCertificateArn(
        this,
        'ViewerCertificate',
        options.viewerCertificateArn.valueAsString,
      ),
      minimumProtocolVersion: cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
      httpVersion: cloudfront.HttpVersion.HTTP2_AND_3,
      logBucket: options.buckets.logs,
      logFilePrefix: 'cdn/',
      defaultBehavior: {
        origin: api,
        // Devices do not follow a redirect with a body.
        viewerProtocolPolicy: cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
        allowedMethods: cloudfront.AllowedMethods.ALLOW_ALL,
        cachePolicy: cloudfront.CachePolicy.CACHING_DISABLED,
        // This passes on all headers, including Host and those of WebSocket, as well as cookies and query strings.
        originRequestPolicy: cloudfront.OriginRequestPolicy.ALL_VIEWER,
        compress: false,
      },
      additionalBehaviors: { '/assets/*': published, '/summaries/*': published },
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Fleets may be anywhere; who may read and write is decided by keys and sign-in',
      'AwsSolutions-CFR2':
        'The API bounds requests by key and by address, checks every field and has no query language to inject into; ' +
        'a web ACL would cost by the request and read only the first 64 KB of a batch',
    });
    return distribution;
  }
}
