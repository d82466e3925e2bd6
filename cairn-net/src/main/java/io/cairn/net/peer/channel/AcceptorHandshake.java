// SPDX-License-Identifier: Apache-2.0
package io.cairn.net.peer.channel;

import io.cairn.net.peer.PeerIdentity;
import io.cairn.net.peer.PeerTrouble;
import io.cairn.net.peer.frame.CloseCode;
import io.cairn.net.peer.frame.FrameChannel;
import io.cairn.net.peer.frame.FrameHead;
import io.cairn.net.peer.frame.FrameKind;
import io.cairn.net.peer.frame.FrameViolation;
import io.cairn.net.peer.frame.Hello;
import java.net.SocketAddress;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The handshake on the side that was dialed: the dialer says who it is, this node says who it is,
 * the dialer proves itself, this node proves itself. Belongs to the event loop.
 */
final class AcceptorHandshake implements FrameChannel.Protocol {
  private final PeerNode node;
  private final SocketAddress remote;
  private final boolean local;
  private final boolean certified;

  private final Place place;

  /** What both sides have said of themselves. */
  private static final class Hellos {
    private final byte[] dialer;
    private final byte[] acceptor;

    Hellos(byte[] dialer, byte[] acceptor) {
      this.dialer = dialer;
      this.acceptor = acceptor;
    }
  }

  private volatile @Nullable FrameChannel channel;
  private @Nullable Hellos hellos;
  private @Nullable Hello dialer;

  /** Where the handshake is counted, and as what it begins. */
  record Place(Unproven all, Unproven.Kind kind) {}

  /**
   * Makes one.
   *
   * @param local whether the dialer runs on this machine
   * @param certified whether its certificate vouches for it
   */
  AcceptorHandshake(
      PeerNode node, SocketAddress remote, boolean local, boolean certified, Place place) {
    this.node = node;
    this.remote = remote;
    this.local = local;
    this.certified = certified;
    this.place = place;
  }

  @Override
  public void began(FrameChannel begun) {
    channel = begun;
    enter(place.kind());
  }

  private void enter(Unproven.Kind kind) {
    place.all().enter(kind, this, node.settings().limits().maxUnproven());
  }

  /** Any thread: others need the place, who came later. */
  void makeWay() {
    FrameChannel socket = channel;
    if (socket != null) {
      socket.closeSoon(CloseCode.TIMED_OUT, "others came who have to prove themselves too");
    }
  }

  @Override
  public void frame(FrameHead head, byte[] payload) throws FrameViolation {
    FrameChannel socket = channel;
    if (head.kind() != FrameKind.HANDSHAKE || socket == null) {
      throw new FrameViolation(CloseCode.MALFORMED, "a handshake comes first");
    }
    if (dialer == null) {
      greet(socket, payload);
    } else if (hellos != null) {
      conclude(socket, dialer, hellos, payload);
    }
  }

  private void greet(FrameChannel socket, byte[] payload) throws FrameViolation {
    Hello other = Hello.decode(payload);
    dialer = other;
    if (other.identity().launchId().equals(node.self().launchId())) {
      socket.close(CloseCode.SELF, "this is the node itself");
      return;
    }
    String refusal = node.trust().refusal(other, local, certified);
    if (refusal == null) {
      refusal = node.sameName(other.identity());
    }
    if (refusal == null) {
      refusal = PeerTrust.addressRefusal(other.identity().address(), remote);
    }
    if (refusal == null) {
      refusal = node.noSuchLane(other.lane(), other.shards());
    }
    if (refusal != null) {
      refuse(socket, refusal);
      return;
    }
    if (place.kind() == Unproven.Kind.SILENT) {
      enter(Unproven.Kind.GREETED);
    }
    byte[] own = node.hello(other.lane());
    hellos = new Hellos(payload, own);
    socket.write(FrameHead.ofConnection(FrameKind.HANDSHAKE, 0), own);
  }

  /** Judges the last word: what connection the dialer knew, and its proof. */
  private void conclude(FrameChannel socket, Hello peer, Hellos said, byte[] lastWord)
      throws FrameViolation {
    if (lastWord.length < Hello.NONCE_BYTES) {
      throw new FrameViolation(CloseCode.MALFORMED, "a proof that makes no sense");
    }
    byte[] peerKnew = Arrays.copyOf(lastWord, Hello.NONCE_BYTES);
    byte[] proof = Arrays.copyOfRange(lastWord, Hello.NONCE_BYTES, lastWord.length);
    if (!node.trust().isProven(PeerProof.Role.DIALER, said.dialer, said.acceptor, proof)) {
      refuse(socket, PeerTrust.SECRETS_DIFFER);
      return;
    }
    PeerIdentity identity = peer.identity();
    String known = identity.nodeId() + "@" + identity.address();
    String claimed = node.handlers().gate().refusal(identity);
    if (claimed != null) {
      node.troubles().refused(known, PeerTrouble.Kind.CLAIMED, claimed);
      socket.close(CloseCode.CLAIMED, claimed);
      return;
    }
    node.troubles().admitted(known);
    hellos = null; // A further word has no meaning.
    if (peer.lane() == 0) {
      begin(socket, peer, said, peerKnew);
    } else {
      settle();
      // The dialer says nothing until it has the proof of this side: nothing is under way.
      socket.moveTo(
          node.settings().shards().loop(peer.lane() - 1),
          () -> begin(socket, peer, said, peerKnew));
    }
  }

  private void begin(FrameChannel socket, Hello peer, Hellos said, byte[] peerKnew) {
    PeerConnection connection =
        node.connection(
            socket, peer.identity(), peer.lane(), peer.shards(), Hello.nonce(said.dialer));
    if (!node.roster().accept(connection, peerKnew)) {
      socket.close(CloseCode.DUPLICATE, "this node connects itself");
      return;
    }
    // Others may have queued frames by now; they are written behind this by the same event loop.
    byte[] own = node.trust().proof(PeerProof.Role.ACCEPTOR, said.dialer, said.acceptor);
    socket.write(FrameHead.ofConnection(FrameKind.HANDSHAKE, 0), own);
    settle();
    node.establish(socket, connection);
    socket.flushUnlessReading();
  }

  private void refuse(FrameChannel socket, String reason) {
    node.troubles().refused(hostOf(remote), PeerTrouble.Kind.REFUSED, reason);
    socket.close(CloseCode.REFUSED, reason);
  }

  /** Returns what a visitor is known by. */
  static String hostOf(SocketAddress address) {
    return address instanceof java.net.InetSocketAddress inet
        ? inet.getHostString()
        : address.toString();
  }

  private void settle() {
    place.all().leave(this);
  }

  @Override
  public void writable() {}

  @Override
  public void ended(int code, String reason) {
    settle();
  }
}
