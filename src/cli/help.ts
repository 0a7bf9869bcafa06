/** How every command shows its options: those that must be given say so. */
import { Help, type HelpConfiguration, type Option } from 'commander'

export const help: HelpConfiguration = {
  optionDescription(option: Option): string {
    const described = Help.prototype.optionDescription.call(this, option)
    return option.mandatory ? `${described} (required)` : described
  },
}
