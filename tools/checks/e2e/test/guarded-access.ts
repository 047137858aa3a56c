const PASSWORD = 'correct horse battery';
export const VIEWER = { name: 'vera', role: 'viewer', password: PASSWORD } as const;
export const ADMIN = { name: 'Ada.Lovelace@fleet.example', role: 'admin', password: PASSWORD } as const;

/** Who may use the API of tests that set `isGuarded`. */
export const GUARDED_ACCESS = { users: [VIEWER, ADMIN], fleetKey: `dw_${'k'.repeat(43)}` };
