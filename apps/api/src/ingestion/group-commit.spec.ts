import { GroupCommit } from './group-commit';

/** Writes that the test finishes by hand. */
class ManualWrites {
  readonly groups: number[][] = [];
  private readonly finish: { resolve: (results: string[]) => void; reject: (error: unknown) => void }[] = [];

  readonly write = (group: number[]): Promise<string[]> => {
    this.groups.push(group);
    return new Promise((resolve, reject) => this.finish.push({ resolve, reject }));
  };

  succeed(index: number): void {
    this.finish[index]?.resolve((this.groups[index] ?? []).map((item) => `done ${item}`));
  }

  fail(index: number, error: Error): void {
    this.finish[index]?.reject(error);
  }
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const options = { maxUnderWay: 2, maxGroupSize: 3, minGroupSizeBehind: 1 };

describe(GroupCommit.name, () => {
  it('writes at once what arrives in one turn when nothing is under way', async () => {
    const writes = new ManualWrites();
    const commits = new GroupCommit(writes.write, options);
    void commits.add(1);
    void commits.add(2);
    await nextTurn();
    expect(writes.groups).toEqual([[1, 2]]);
  });

  it('gathers what arrives while writes are under way, in order, in groups of limited size', async () => {
    const writes = new ManualWrites();
    const commits = new GroupCommit(writes.write, options);
    for (const item of [1, 2]) {
      void commits.add(item);
      await nextTurn();
    }
    for (const item of [3, 4, 5, 6]) {
      void commits.add(item);
      await nextTurn();
    }
    expect(writes.groups).toEqual([[1], [2]]);
    writes.succeed(0);
    await nextTurn();
    await nextTurn();
    expect(writes.groups).toEqual([[1], [2], [3, 4, 5]]);
    writes.succeed(1);
    await nextTurn();
    await nextTurn();
    expect(writes.groups).toEqual([[1], [2], [3, 4, 5], [6]]);
  });

  it('begins a second group behind one that is under way only when enough is waiting', async () => {
    const writes = new ManualWrites();
    const commits = new GroupCommit(writes.write, { ...options, minGroupSizeBehind: 2 });
    for (const item of [1, 2]) {
      void commits.add(item);
      await nextTurn();
    }
    expect(writes.groups).toEqual([[1]]);
    void commits.add(3);
    await nextTurn();
    expect(writes.groups).toEqual([[1], [2, 3]]);
    void commits.add(4);
    writes.succeed(0);
    writes.succeed(1);
    await nextTurn();
    await nextTurn();
    expect(writes.groups).toEqual([[1], [2, 3], [4]]);
  });

  it('resolves nothing before the write of its own group has succeeded', async () => {
    const writes = new ManualWrites();
    const commits = new GroupCommit(writes.write, options);
    const answered: string[] = [];
    for (const item of [1, 2]) {
      void commits.add(item).then((result) => answered.push(result));
      await nextTurn();
    }
    writes.succeed(1);
    await nextTurn();
    expect(answered).toEqual(['done 2']);
    writes.succeed(0);
    await nextTurn();
    expect(answered).toEqual(['done 2', 'done 1']);
  });

  it('rejects all items waiting behind a group whose write failed at once, and then goes on', async () => {
    const writes = new ManualWrites();
    const commits = new GroupCommit(writes.write, { ...options, maxUnderWay: 1 });
    const failing = [commits.add(1), commits.add(2)];
    await nextTurn();
    failing.push(commits.add(3));
    writes.fail(0, new Error('no answer'));
    for (const result of await Promise.allSettled(failing)) {
      expect(result).toMatchObject({ reason: { message: 'no answer' } });
    }
    const later = commits.add(4);
    await nextTurn();
    writes.succeed(1);
    await expect(later).resolves.toBe('done 4');
    expect(writes.groups).toEqual([[1, 2], [4]]);
  });
});
