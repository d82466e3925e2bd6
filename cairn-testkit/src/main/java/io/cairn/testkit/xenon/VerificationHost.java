// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.NodeGroupUtils;
import io.cairn.service.Operation;
import io.cairn.service.Service;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeGroupService.UpdateQuorumRequest;
import io.cairn.service.nodes.NodeSelectorService.SelectOwnerResponse;
import io.cairn.service.security.AuthorizationContext;
import io.cairn.service.security.Claims;
import io.cairn.service.security.Signer;
import io.cairn.service.security.Verifier;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.ProcessHost;
import io.cairn.testkit.TemporaryDirectory;
import io.cairn.testkit.TestContext;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The host that Xenon's tests work with: in the test's own process, with the core services and the
 * examples, and with further such hosts as its peers. The host itself is in no group with them: the
 * peers are, once they are joined. Used by one thread; what it sends may be answered on any.
 *
 * <pre>{@code
 * VerificationHost host = VerificationHost.create(0);
 * host.start();
 * host.setUpPeerHosts(3);
 * host.joinNodesAndVerifyConvergence(3);
 * ...
 * host.tearDown();
 * }</pre>
 */
public class VerificationHost extends VerificationRequests {

  /** How often hosts of tests are maintained, in milliseconds. */
  public static final int FAST_MAINT_INTERVAL_MILLIS = 100;

  private static final AtomicInteger HOST_NUMBER = new AtomicInteger();

  /** How often this host is maintained, in milliseconds; counts if set before it is initialized. */
  public long maintenanceIntervalMillis = FAST_MAINT_INTERVAL_MILLIS;

  private final Map<URI, VerificationHost> peers = new LinkedHashMap<>();
  private final AtomicInteger nextPeer = new AtomicInteger();
  private Arguments settings = new Arguments();
  private boolean ownsSandbox;

  // Life

  /**
   * Settings of a host with a sandbox of its own.
   *
   * @param port 0 chooses one that is free, which the host keeps when it is started again
   */
  public static Arguments buildDefaultServiceHostArguments(Integer port) {
    Arguments arguments = new Arguments();
    arguments.id = "host-" + HOST_NUMBER.incrementAndGet();
    arguments.port = port == 0 ? ProcessHost.freePort() : port;
    arguments.sandbox = TemporaryDirectory.create();
    return arguments;
  }

  /** A host that is not initialized. */
  public static VerificationHost create() {
    return new VerificationHost();
  }

  /** A host with a sandbox of its own, not started. */
  public static VerificationHost create(Integer port) {
    VerificationHost host = create(buildDefaultServiceHostArguments(port));
    host.ownsSandbox = true;
    return host;
  }

  /** A host with settings, not started. */
  public static VerificationHost create(Arguments arguments) {
    return initialize(new VerificationHost(), arguments);
  }

  /** Gives a host settings. */
  public static VerificationHost initialize(VerificationHost host, Arguments arguments) {
    try {
      host.settings = arguments;
      host.initialize(arguments);
      host.setMaintenanceIntervalMicros(
          TimeUnit.MILLISECONDS.toMicros(host.maintenanceIntervalMillis));
      return host;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /** Stops the host and its peers, and removes the data of those whose sandboxes it made. */
  public void tearDown() {
    tearDownInProcessPeers();
    stop();
    if (ownsSandbox && settings.sandbox != null) {
      TemporaryDirectory.delete(settings.sandbox);
    }
  }

  /** Stops the peers and removes their data. */
  public void tearDownInProcessPeers() {
    List.copyOf(peers.values()).forEach(this::stopHost);
  }

  /** Stops a peer and removes its data. */
  public void stopHost(VerificationHost host) {
    peers.values().remove(host);
    host.tearDown();
  }

  /** Stops a host, which {@link #restartStatefulHost} starts again with its data. */
  public void stopHostAndPreserveState(ServiceHost host) {
    peers.values().remove(host);
    host.stop();
  }

  /**
   * Starts a host that was stopped again, with its data and on its port.
   *
   * @param failIndexDeletion means nothing: data are never deleted
   * @return true
   */
  public static boolean restartStatefulHost(ServiceHost host, boolean failIndexDeletion)
      throws Throwable {
    host.start();
    return true;
  }

  // Peers

  /** Starts hosts, each alone for now. */
  public void setUpPeerHosts(int count) {
    for (int i = peers.size(); i < count; i++) {
      setUpLocalPeerHost();
    }
  }

  /** Starts one more host, alone for now. */
  public VerificationHost setUpLocalPeerHost() {
    VerificationHost peer = create(0);
    peer.setTimeoutSeconds(getTimeoutSeconds());
    try {
      peer.start();
    } catch (RuntimeException | Error e) {
      peer.tearDown();
      throw e;
    } catch (Throwable e) {
      peer.tearDown();
      throw new IllegalStateException("A peer did not start: " + e.getMessage(), e);
    }
    addPeerNode(peer);
    return peer;
  }

  /** Takes a host that runs as a peer. */
  public void addPeerNode(VerificationHost host) {
    peers.put(host.getUri(), host);
  }

  /** The peers by their URIs. */
  public Map<URI, VerificationHost> getInProcessHostMap() {
    return Map.copyOf(peers);
  }

  /** How many peers are set up. */
  public int getPeerCount() {
    return peers.size();
  }

  /** One of the peers, another one each time. */
  public VerificationHost getPeerHost() {
    List<VerificationHost> all = List.copyOf(peers.values());
    if (all.isEmpty()) {
      throw new IllegalStateException("setUpPeerHosts(count) comes first");
    }
    return all.get(Math.floorMod(nextPeer.getAndIncrement(), all.size()));
  }

  /** The URI of one of the peers, of another one each time. */
  public URI getPeerHostUri() {
    return getPeerHost().getUri();
  }

  /** The URI of a link on one of the peers. */
  public URI getPeerServiceUri(String link) {
    return UriUtils.buildUri(getPeerHostUri(), link);
  }

  /** The URI of the default group on one of the peers, on another one each time. */
  public URI getPeerNodeGroupUri() {
    return getPeerServiceUri(ServiceUriPaths.DEFAULT_NODE_GROUP);
  }

  /** The default group's URI on each peer, by the peer's. */
  public Map<URI, URI> getNodeGroupMap() {
    Map<URI, URI> groups = new LinkedHashMap<>();
    peers
        .keySet()
        .forEach(
            peer -> groups.put(peer, UriUtils.buildUri(peer, ServiceUriPaths.DEFAULT_NODE_GROUP)));
    return groups;
  }

  /** Makes one group of the peers, and waits until they agree and find the owners of everything. */
  public void joinNodesAndVerifyConvergence(int nodeCount) throws Throwable {
    List<URI> groups = List.copyOf(getNodeGroupMap().values());
    if (groups.size() != nodeCount) {
      throw new IllegalStateException(groups.size() + " peers are set up, not " + nodeCount);
    }
    for (URI group : groups.subList(1, groups.size())) {
      joinNodeGroup(group, groups.getFirst());
    }
    waitForNodeGroupConvergence(nodeCount);
  }

  /** As the other form; clocks need not agree. */
  public void joinNodesAndVerifyConvergence(int nodeCount, boolean waitForTimeSync)
      throws Throwable {
    joinNodesAndVerifyConvergence(nodeCount);
  }

  /** Has the host of one group join the group of another one. */
  public void joinNodeGroup(URI joiner, URI member) {
    joinNodeGroup(joiner, member, null);
  }

  /** As the other form, with the quorum to set then. */
  public void joinNodeGroup(URI joiner, URI member, @Nullable Integer quorum) {
    sendAndWaitExpectSuccess(
        Operation.createPost(joiner).setBody(JoinPeerRequest.create(member, quorum)));
  }

  /** Sets how many live members the group of the peers needs. */
  public void setNodeGroupQuorum(Integer quorum) throws Throwable {
    setNodeGroupQuorum(quorum, getPeerNodeGroupUri());
  }

  /** Sets how many live members a group needs. */
  public void setNodeGroupQuorum(Integer quorum, URI group) {
    sendAndWaitExpectSuccess(
        Operation.createPatch(group)
            .setBody(UpdateQuorumRequest.create(true).setMembershipQuorum(quorum)));
  }

  /** As the other form, for as many members as there are peers. */
  public void waitForNodeGroupConvergence() {
    waitForNodeGroupConvergence(peers.size());
  }

  /** Waits until the peers agree on a number of available members, and serve. */
  public void waitForNodeGroupConvergence(int nodeCount) {
    new GroupConvergence(peers.values(), ServiceUriPaths.DEFAULT_NODE_GROUP)
        .await(nodeCount, timeout());
  }

  /** As the other form; members that are not available are not counted. */
  public void waitForNodeGroupConvergence(int healthyCount, @Nullable Integer totalCount) {
    waitForNodeGroupConvergence(healthyCount);
  }

  /** Whether the peers are processes elsewhere: never, they are in the test's own. */
  public boolean isRemotePeerTest() {
    return false;
  }

  /** Waits until the requests to a group's members find them, on all peers. */
  public void waitForNodeGroupIsAvailableConvergence() {
    getNodeGroupMap().values().forEach(this::waitForServiceAvailable);
  }

  /** Waits until a factory is available on at least one node of its group. */
  public void waitForReplicatedFactoryServiceAvailable(URI factory) {
    waitForReplicatedFactoryServiceAvailable(factory, ServiceUriPaths.DEFAULT_NODE_SELECTOR);
  }

  /** As the other form, of the nodes of a certain selector. */
  public void waitForReplicatedFactoryServiceAvailable(URI factory, String selectorPath) {
    waitFor(
        factory + " to be available",
        () -> {
          TestContext ctx = testCreate(1);
          boolean[] available = new boolean[1];
          NodeGroupUtils.checkServiceAvailability(
              (op, failure) -> {
                available[0] = failure == null;
                ctx.complete();
              },
              this,
              factory,
              selectorPath);
          ctx.await();
          return available[0];
        });
  }

  // Owners

  /** The id of the peer that owns a link. */
  private String ownerOf(String link, @Nullable String selectorPath) {
    VerificationHost asked = getPeerHost();
    TestContext ctx = testCreate(1);
    String[] owner = new String[1];
    Operation question =
        Operation.createPost(asked, "")
            .setReferer(asked.getReferer())
            .setCompletion(
                (op, failure) -> {
                  if (failure == null) {
                    owner[0] = op.getBody(SelectOwnerResponse.class).ownerNodeId;
                    ctx.complete();
                  } else {
                    ctx.fail(failure);
                  }
                });
    asked.selectOwner(selectorPath, link, question);
    ctx.await();
    return Objects.requireNonNull(owner[0], "nobody owns " + link);
  }

  /** Whether this host owns a link; it must be a peer. */
  public boolean isOwner(String link, String selectorPath) {
    return ownerOf(link, selectorPath).equals(getId());
  }

  /** The peer that owns a link. */
  public VerificationHost getOwnerPeer(String link) {
    return getOwnerPeer(link, null);
  }

  /** As the other form, of a certain selector; null stands for the default one. */
  public VerificationHost getOwnerPeer(String link, @Nullable String selectorPath) {
    String owner = ownerOf(link, selectorPath);
    return peer(host -> host.getId().equals(owner));
  }

  /** A peer that does not own a link. */
  public VerificationHost getNonOwnerPeer(String link) {
    return getNonOwnerPeer(link, null);
  }

  /** As the other form, of a certain selector; null stands for the default one. */
  public VerificationHost getNonOwnerPeer(String link, @Nullable String selectorPath) {
    String owner = ownerOf(link, selectorPath);
    return peer(host -> !host.getId().equals(owner));
  }

  private VerificationHost peer(Predicate<VerificationHost> condition) {
    Collection<VerificationHost> all = peers.values();
    return all.stream()
        .filter(condition)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("none of the " + all.size() + " peers"));
  }

  // Subjects: what nobody acts for is the guest's, where a host of a test is guarded

  /** Has the test act as the host itself. */
  public void setSystemAuthorizationContext() {
    setAuthorizationContext(getSystemAuthorizationContext());
  }

  /** Has the test act on nobody's behalf. */
  public void resetSystemAuthorizationContext() {
    setAuthorizationContext(null);
  }

  /** Has the test act on nobody's behalf. */
  public void resetAuthorizationContext() {
    setAuthorizationContext(null);
  }

  /** Has the test act as a user, with a token of an hour, and gives the context. */
  public AuthorizationContext assumeIdentity(String userLink) throws GeneralSecurityException {
    return assumeIdentity(userLink, Map.of());
  }

  /** As the other form, with what the token says beyond that. */
  public AuthorizationContext assumeIdentity(String userLink, Map<String, String> properties)
      throws GeneralSecurityException {
    Claims.Builder claims = new Claims.Builder().setProperties(properties);
    claims.setSubject(userLink);
    claims.setExpirationTime(now().getEpochSecond() + TimeUnit.HOURS.toSeconds(1));
    Claims said = claims.getResult();
    AuthorizationContext context =
        AuthorizationContext.Builder.create()
            .setClaims(said)
            .setToken(getTokenSigner().sign(said))
            .getResult();
    setAuthorizationContext(context);
    return context;
  }

  @Override
  public Signer getTokenSigner() {
    return super.getTokenSigner();
  }

  @Override
  public Verifier getTokenVerifier() {
    return super.getTokenVerifier();
  }

  /** Changes nothing: what runs in the process of a host is trusted. */
  @Override
  public void addPrivilegedService(Class<? extends Service> type) {
    super.addPrivilegedService(type);
  }

  @Override
  public void setAuthorizationContext(@Nullable AuthorizationContext context) {
    super.setAuthorizationContext(context);
  }
}
