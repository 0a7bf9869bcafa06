/** Days on which nobody works. */
export interface HolidayCalendar {
  /** Public holidays of a German state in a year, as YYYY-MM-DD. */
  holidays(state: string, year: number): Promise<ReadonlySet<string>>
}
