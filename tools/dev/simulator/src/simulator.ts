import { EXIT, tellOfCommandLine } from '@drivewatch/config/command-line';
import { InvalidEnvironmentError, parseEnv, settings } from '@drivewatch/config';
import { createDeviceClient } from '@drivewatch/device-client';
import * as z from 'zod';
import { parseCommandLine } from './command-line';
import { FleetFeed, RECORDS_KEPT_PER_DRIVER } from './feed/fleet-feed';
import { OutageLog } from './feed/outage-log';
import { RefusalLog } from './feed/refusal-log';
import { simulate, systemClock } from './feed/simulation';
import { Fleet } from './fleet/fleet';
import { writeSampleDays } from './sample-days/write-sample-days';

/** The number of connections that even a large fleet shares. */
const MOST_CONNECTIONS = 64;

/** Runs the program without its process. @param print writes a line @returns the exit code */
export async function runSimulator(
  args: readonly string[],
  print: (text: string) => void,
  stop: AbortSignal,
): Promise<number> {
  try {
    const command = parseCommandLine(args);
    if ('sampleDaysTo' in command) {
      print(await writeSampleDays(command.sampleDaysTo));
      return EXIT.done;
    }
    const { url, drivers, seed, interval, warmUp } = command;
    const outage = new OutageLog(print, RECORDS_KEPT_PER_DRIVER);
    const refusals = new RefusalLog(print);
    const client = createDeviceClient({
      url,
      key: parseEnv(z.object(settings.device)).DRIVEWATCH_KEY,
      connections: Math.min(drivers, MOST_CONNECTIONS),
      unreachableForMs: Infinity,
      onRetry: (notice) => {
        outage.onRetry(notice);
      },
    });
    const feed = new FleetFeed(client, {
      onAnswer: (record, result) => {
        outage.onAnswer();
        refusals.onAnswer(record.driverID ?? '', result);
      },
      onDropped: (records) => {
        outage.onDropped(records);
      },
    });
    print(`${drivers} simulated drivers report to ${url} (seed ${seed}).`);
    await simulate({
      feed,
      stop,
      clock: systemClock,
      fleet: new Fleet({ drivers, seed, beatSeconds: interval }),
      warmUpSeconds: warmUp,
      onWarm: () => {
        print(`The last ${warmUp} s are posted; going on in real time.`);
      },
    });
    await client.close();
    return EXIT.done;
  } catch (error) {
    if (error instanceof InvalidEnvironmentError) {
      print(`simulator: ${error.message}`);
      return EXIT.usage;
    }
    const code = tellOfCommandLine(error, process);
    if (code === undefined) throw error;
    return code;
  }
}
