import { ApiProperty } from '@nestjs/swagger';

export class LiveDto {
  @ApiProperty({ example: 'ok' })
  status: string;
}

export class ReadyDto {
  @ApiProperty({
    description: '`degraded` while an optional dependency is unavailable.',
    enum: ['ok', 'degraded'],
    example: 'ok',
  })
  status: 'ok' | 'degraded';

  @ApiProperty({
    description: 'Each dependency by name: `ok` or `away` (unavailable).',
    type: 'object',
    additionalProperties: { type: 'string', enum: ['ok', 'away'] },
    example: { database: 'ok', jobs: 'ok', redis: 'ok' },
  })
  checks: Record<string, 'ok' | 'away'>;
}
