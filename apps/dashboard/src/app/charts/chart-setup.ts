import type { Provider } from '@angular/core';
import 'chartjs-adapter-luxon';
import {
  Decimation,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  TimeScale,
  Tooltip,
} from 'chart.js';
import { provideCharts } from 'ng2-charts';

/** Registers only those parts of Chart.js that speed charts use, which keeps the rest out of the download. */
export function provideSpeedCharts(): Provider {
  return provideCharts({
    registerables: [
      Decimation,
      Filler,
      LinearScale,
      LineController,
      LineElement,
      PointElement,
      TimeScale,
      Tooltip,
    ],
  });
}
