import { ApiProperty } from '@nestjs/swagger';

export class LiveDto {
  @ApiProperty({ example: 'ok' })
  status: string;
}

export class ReadyDto {
  @ApiProperty({
    description: '`degraded` while something is away that requests are answered without.',
    enum: ['ok', 'degraded'],
    example: 'ok',
  })
  status: 'ok' | 'degraded';

  @ApiProperty({
    description: 'Each dependency by name: `ok` or `away`.',
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'away'] },
    example: { database: 'ok', jobs: 'ok', redis: 'ok' },
  })
  checks: Record<string, 'ok' | 'away'>;
}
