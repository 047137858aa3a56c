import { describePartitions } from './many-partitions';

describePartitions(40);
