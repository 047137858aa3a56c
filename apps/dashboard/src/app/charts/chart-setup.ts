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

/** Registers what speed charts use of Chart.js, and nothing else of it: the rest stays out of the download. */
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
