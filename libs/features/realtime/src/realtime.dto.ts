import { StringField } from '@gatehouse/validation';

export class EchoDto {
  @StringField({ max: 4000, example: 'hi' })
  value: string;
}

export class RoomDto {
  @StringField({ min: 1, max: 64, canonical: (name) => name.normalize('NFC'), example: 'lobby' })
  room: string;
}

export class SayDto extends RoomDto {
  @StringField({ min: 1, max: 1000, example: 'Hello' })
  text: string;
}
