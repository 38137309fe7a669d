/** Huffman tree over labels: nodes below `leaves` are the labels, the last one is the root. */
export interface LabelTree {
  leaves: number;
  left: Int32Array;
  right: Int32Array;
}

/** As fastText builds it, so that the rows of its output fit. `counts` are descending. */
export function labelTree(counts: readonly number[]): LabelTree {
  const leaves = counts.length;
  const size = 2 * leaves - 1;
  const left = new Int32Array(size).fill(-1);
  const right = new Int32Array(size).fill(-1);
  const weight = new Float64Array(size).fill(1e15);
  weight.set(counts);
  let leaf = leaves - 1;
  let inner = leaves;
  const lightest = (): number => (leaf >= 0 && weight[leaf]! < weight[inner]! ? leaf-- : inner++);
  for (let node = leaves; node < size; node++) {
    left[node] = lightest();
    right[node] = lightest();
    weight[node] = weight[left[node]!]! + weight[right[node]!]!;
  }
  return { leaves, left, right };
}
