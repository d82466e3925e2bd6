// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameHead;

/** What frames mean where there are none. */
final class Unconnected implements FrameChannel.Protocol {
  @Override
  public void began(FrameChannel channel) {}

  @Override
  public void frame(FrameHead head, byte[] payload) {}

  @Override
  public void writable() {}

  @Override
  public void ended(int code, String reason) {}
}
