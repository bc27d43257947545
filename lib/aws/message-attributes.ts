import { isRecord, textOf } from './json-value.ts';

/** Where each sender puts the value: the SQS API, a Lambda event, SNS; binary ones come as base64 text in a Lambda event. */
const valueFields = ['StringValue', 'stringValue', 'Value', 'binaryValue'] as const;

/** The attributes of a message as text by name, whichever service wrote them; numbers stay text, values without text are left out. */
export function messageAttributes(attributes: unknown): Readonly<Record<string, string>> {
  if (!isRecord(attributes)) return {};
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, attribute]) => {
      const value = valueFields.map((field) => textOf(attribute, field)).find((text) => text !== undefined);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}
