import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import css from './theme-choice.module.css'

const choices = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'System' },
]

export function ThemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={css.row}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Colours"
        data={choices}
        value={colorScheme}
        onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
      />
    </div>
  )
}
