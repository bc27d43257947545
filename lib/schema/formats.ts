// The formats that schemas may use. Each runs in linear time, and each but `email` and `uri` bounds the length of its text.

const datePattern = /^(\d{4})-(\d\d)-(\d\d)$/;
const timePattern = /^(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:z|([+-])(\d\d):(\d\d))$/i;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const emailPattern = new RegExp(`^[a-z0-9!#$%&'*+/=?^_\`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_\`{|}~-]+)*@${label}(?:\\.${label})+$`, 'i');
const uriPattern = /^[a-z][a-z0-9+.-]*:(?:[a-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9a-f]{2})*$/i;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const ipv4Pattern = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;
const groupPattern = /^[0-9a-f]{1,4}$/i;
/** Characters of an email address, RFC 5321 with its erratum 1690. */
export const EMAIL_LENGTH_MAX = 254;
/** Characters of the longest IPv6 address, one that ends in an IPv4 address. */
export const IPV6_LENGTH_MAX = 45;

function daysOf(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** RFC 3339 `full-date`: a day that exists. */
function isDate(text: string): boolean {
  const [, year, month, day] = (datePattern.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
}

/** RFC 3339 `full-time`, with at most nine digits of a second. Second 60 only where UTC can have one: at 23:59. */
function isTime(text: string): boolean {
  const parts = timePattern.exec(text);
  if (parts === null) return false;
  const [hour = 0, minute = 0, second = 0] = parts.slice(1, 4).map(Number);
  const [offsetHour, offsetMinute] = [Number(parts[5] ?? 0), Number(parts[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (offsetHour * 60 + offsetMinute) * (parts[4] === '-' ? -1 : 1);
  return (hour * 60 + minute - offset + 2 * 1440) % 1440 === 1439;
}

/** RFC 3339 `date-time`; a space in place of the `T` is refused. */
function isDateTime(text: string): boolean {
  return /^t$/i.test(text.charAt(10)) && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** RFC 4291: eight groups, or fewer with one `::`; the last two may be an IPv4 address. */
function isIpv6(text: string): boolean {
  if (text.length > IPV6_LENGTH_MAX) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const sides = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = sides.flat();
  const tail = sides.at(-1)?.at(-1);
  const ipv4 = tail?.includes('.') ? groups.pop() : undefined;
  if (ipv4 !== undefined && !ipv4Pattern.test(ipv4)) return false;
  const count = groups.length + (ipv4 === undefined ? 0 : 2);
  return groups.every((group) => groupPattern.test(group)) && (halves.length === 2 ? count <= 7 : count === 8);
}

/** The name and the check of every format that a schema may use. */
export const formats = {
  date: isDate,
  'date-time': isDateTime,
  email: (text: string): boolean => text.length <= EMAIL_LENGTH_MAX && emailPattern.test(text),
  ipv4: (text: string): boolean => ipv4Pattern.test(text),
  ipv6: isIpv6,
  time: isTime,
  /** RFC 3986 characters after a scheme; the parts are not told apart. */
  uri: (text: string): boolean => uriPattern.test(text) && text.indexOf('#') === text.lastIndexOf('#'),
  uuid: (text: string): boolean => uuidPattern.test(text),
} as const;
