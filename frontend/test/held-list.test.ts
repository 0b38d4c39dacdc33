import { expect } from 'chai';
import { ref, shallowRef } from 'vue';
import { useHeldList } from '../src/use/held-list.ts';

function keys(...list: number[]): readonly { readonly key: number }[] {
  return list.map((key) => ({ key }));
}

describe('held list', () => {
  it('follows its source, and stays as it was while it is held', () => {
    const source = shallowRef(keys(2, 1));
    const isHeld = ref(false);
    const { items, waiting } = useHeldList(source, isHeld);

    isHeld.value = true;
    source.value = keys(5, 4, 3, 2, 1);
    expect(items.value).to.deep.equal(keys(2, 1));
    expect(waiting.value).to.equal(3);
    isHeld.value = false;
    expect(items.value).to.deep.equal(keys(5, 4, 3, 2, 1));
    expect(waiting.value).to.equal(0);
  });

  it('shows when more items wait than the source keeps', () => {
    const source = shallowRef(keys(2, 1));
    const isHeld = ref(true);
    const { isOverflown, waiting } = useHeldList(source, isHeld);

    source.value = keys(4, 3, 2);
    expect(isOverflown.value).to.equal(false);
    source.value = keys(9, 8, 7);
    expect(isOverflown.value).to.equal(true);
    expect(waiting.value).to.equal(3);
  });

  it('counts all as waiting when it was held empty, and does not call that an overflow', () => {
    const source = shallowRef(keys());
    const { waiting, isOverflown } = useHeldList(source, ref(true));

    source.value = keys(2, 1);

    expect(waiting.value).to.equal(2);
    expect(isOverflown.value).to.equal(false);
  });

  it('holds the current items once it is renewed', () => {
    const source = shallowRef(keys(2, 1));
    const { items, renew } = useHeldList(source, ref(true));
    source.value = keys(7);

    renew();

    expect(items.value).to.deep.equal(keys(7));
  });
});
