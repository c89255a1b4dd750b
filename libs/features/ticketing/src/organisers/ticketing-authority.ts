import { Injectable, OnModuleInit } from '@nestjs/common';
import { GroupAuthority, isAdministrator } from '@gatehouse/groups';
import { ForbiddenProblem } from '@gatehouse/http';
import { AuthorityRules } from '@gatehouse/users';

/** $1: the user, $2: the caller. */
const IS_MEMBER_WHERE_CALLER_IS_NOT = `
  SELECT FROM ticketing_organiser_members held WHERE user_id = $1 AND NOT EXISTS (
    SELECT FROM ticketing_organiser_members own
    WHERE own.organiser_id = held.organiser_id AND own.user_id = $2
      AND own.can_manage >= held.can_manage AND own.can_scan >= held.can_scan
  ) LIMIT 1`;

/** Rights of organiser members count like permissions: callers without them may not manage the accounts that have them. */
@Injectable()
export class TicketingAuthority implements OnModuleInit {
  constructor(
    private readonly rules: AuthorityRules,
    private readonly groups: GroupAuthority,
  ) {}

  onModuleInit(): void {
    this.rules.add(async (caller, userId, manager) => {
      if (isAdministrator(caller)) return;
      const held = await manager.query<unknown[]>(IS_MEMBER_WHERE_CALLER_IS_NOT, [userId, caller.id]);
      if (held.length > 0) throw new ForbiddenProblem();
    });
    this.groups.addUse(async (groupIds, manager) => {
      const rows = await manager.query<{ id: string }[]>(
        'SELECT DISTINCT required_group_id AS id FROM ticketing_categories WHERE required_group_id = ANY($1)',
        [groupIds],
      );
      return rows.map(({ id }) => id);
    });
  }
}
