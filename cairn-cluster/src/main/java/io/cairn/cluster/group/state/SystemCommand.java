// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group.state;

import io.cairn.wire.WireReader;
import io.cairn.wire.WireWriter;

/**
 * The one command of a system partition: put a state in place of the one it was made from. It has
 * no effect if another change came first; whoever proposed it then thinks again. States are small
 * and changes rare, so that nothing finer is needed.
 *
 * @param expectedVersion the version of the state it was made from; 0 for the first
 * @param next the new state
 */
public record SystemCommand(long expectedVersion, SystemState next) {

  public byte[] encode() {
    WireWriter out = new WireWriter().i64(expectedVersion);
    SystemStateCodec.write(out, next);
    return out.take();
  }

  public static SystemCommand decode(byte[] bytes) {
    return WireReader.read(bytes, in -> new SystemCommand(in.i64(), SystemStateCodec.read(in)));
  }
}
