// What was counted of calls, for reports.
import type { CallStatistics } from '#calls/statistics/statistics-store.ts'

export interface CallStatisticsView extends CallStatistics {
  /** Names of everybody in it, by id. */
  readonly names: Readonly<Record<string, string>>
}

export interface StatisticsView {
  readonly calls: readonly CallStatisticsView[]
  /** There are more in this range: ask for a shorter one. */
  readonly more: boolean
}

export interface StatisticsPort {
  calls(range: { readonly from: number; readonly to: number }): StatisticsView | Promise<StatisticsView>
}
