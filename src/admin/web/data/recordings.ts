import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type {
  RecordingRule,
  RecordingRuleInput,
  RecordingRulesView,
  RecordingSettings,
} from '#admin/recording-view.ts'
import { callsKey } from './calls.ts'
import { api, take } from './client.ts'
import { taskKey } from './tasks.ts'

const key = ['recording-rules'] as const

export const recordingRulesQuery = queryOptions({
  queryKey: key,
  queryFn: (): Promise<RecordingRulesView> => take(api['recording-rules'].$get()),
})

export function useSaveRecordingRule(id: string | undefined) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: RecordingRuleInput): Promise<RecordingRule> =>
      id === undefined
        ? take(api['recording-rules'].$post({ json }))
        : take(api['recording-rules'][':id'].$put({ param: { id }, json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  })
}

export function useDeleteRecordingRule(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => take(api['recording-rules'][':id'].$delete({ param: { id } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  })
}

export function useSaveKeeping() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (json: RecordingSettings): Promise<RecordingSettings> =>
      take(api['recording-rules'].settings.$put({ json })),
    onSuccess: () => queries.invalidateQueries({ queryKey: key }),
  })
}

/** `reason` null: released. */
export function useHoldRecording(id: string, taskId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (reason: string | null) =>
      take(api.recordings[':id'].hold.$put({ param: { id }, json: { reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: taskKey(taskId) }),
  })
}

export function useDeleteRecording(id: string, taskId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (reason: string) => take(api.recordings[':id'].$delete({ param: { id }, json: { reason } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: taskKey(taskId) }),
  })
}

export function useSteerRecording(callId: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (act: 'start' | 'pause' | 'resume') =>
      take(api.calls[':id'].recording.$post({ param: { id: callId }, json: { act } })),
    onSettled: () => queries.invalidateQueries({ queryKey: callsKey }),
  })
}
