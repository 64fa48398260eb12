// Mantine's components in our colours: its variables are pointed at look/tokens.css, so light and dark come from one place.
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Menu,
  Modal,
  MultiSelect,
  PasswordInput,
  Select,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core'

const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: {
    // The library's own greys of dark mode, made those of tokens.css.
    dark: [
      '#e7e9ee',
      '#c3c9d4',
      '#a6afbd',
      '#8d97a6',
      '#3a414e',
      '#2c323c',
      '#1a1e25',
      '#16191f',
      '#121519',
      '#0f1115',
    ],
    accent: [
      '#edeffc',
      '#d9ddf8',
      '#b7bff1',
      '#939feb',
      '#7280f4',
      '#5361e2',
      '#3f51d1',
      '#3545bb',
      '#2c3a9f',
      '#232f83',
    ],
  },
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: '620' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 'md',
  radius: { xs: '4px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Quiet icons are dim until somebody reaches for them.
    ActionIcon: ActionIcon.extend({
      vars: (_theme, { variant, color }) =>
        variant === 'subtle' && color === 'gray'
          ? {
              root: {
                '--ai-color': 'var(--text-faint)',
                '--ai-hover': 'var(--hover)',
                '--ai-hover-color': 'var(--text)',
              },
            }
          : { root: {} },
    }),
    Button: Button.extend({ defaultProps: { size: 'sm' }, styles: { label: { fontWeight: 560 } } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    PasswordInput: PasswordInput.extend({ defaultProps: { size: 'sm' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'sm' } }),
    Select: Select.extend({ defaultProps: { size: 'sm', checkIconPosition: 'right' } }),
    MultiSelect: MultiSelect.extend({ defaultProps: { size: 'sm', checkIconPosition: 'right' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, withArrow: false, fz: 12 } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', width: 230, position: 'bottom-end' } }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        padding: 'lg',
        radius: 'lg',
        closeButtonProps: { 'aria-label': 'Close' },
        overlayProps: { backgroundOpacity: 0.35 },
      },
      styles: { title: { fontSize: 17, fontWeight: 620 } },
    }),
  },
})

const shared = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-dimmed': 'var(--text-faint)',
  '--mantine-color-placeholder': 'var(--text-faint)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--text)',
  '--mantine-color-default-border': 'var(--line-strong)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--red)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent-text)',
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: shared, light: shared, dark: shared })
