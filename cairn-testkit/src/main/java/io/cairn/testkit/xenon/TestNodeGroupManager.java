// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.xenon;

import io.cairn.service.Operation;
import io.cairn.service.ServiceHost;
import io.cairn.service.UriUtils;
import io.cairn.service.nodes.NodeGroupService.JoinPeerRequest;
import io.cairn.service.nodes.NodeGroupService.NodeGroupState;
import io.cairn.service.nodes.NodeGroupService.UpdateQuorumRequest;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.TestContext;
import io.cairn.testkit.TestRequestSender;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes one group of hosts of this process, and waits for it. Used by one thread. */
public class TestNodeGroupManager {

  private final Set<ServiceHost> hosts = new LinkedHashSet<>();
  private String name = ServiceUriPaths.DEFAULT_NODE_GROUP_NAME;
  private Duration timeout = TestContext.DEFAULT_WAIT;

  /** Manages the default group. */
  public TestNodeGroupManager() {}

  /** Manages the group of a name. */
  public TestNodeGroupManager(String nodeGroupName) {
    name = nodeGroupName;
  }

  /** The name of the group. */
  public String getNodeGroupName() {
    return name;
  }

  /** Sets the name of the group. */
  public TestNodeGroupManager setNodeGroupName(String nodeGroupName) {
    name = nodeGroupName;
    return this;
  }

  /** How long is waited for the group. */
  public Duration getTimeout() {
    return timeout;
  }

  /** Sets how long is waited for the group. */
  public TestNodeGroupManager setTimeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /** Adds a host; it joins with {@link #joinNodeGroupAndWaitForConvergence}. */
  public TestNodeGroupManager addHost(ServiceHost host) {
    hosts.add(host);
    return this;
  }

  /** Adds hosts, as {@link #addHost} does. */
  public TestNodeGroupManager addHosts(Collection<ServiceHost> more) {
    hosts.addAll(more);
    return this;
  }

  /** Forgets a host, which is not stopped; returns whether it was there. */
  public boolean removeHost(ServiceHost host) {
    return hosts.remove(host);
  }

  /** Forgets the host of an id, which is not stopped; returns whether it was there. */
  public boolean removeHost(String id) {
    return hosts.removeIf(host -> host.getId().equals(id));
  }

  /** The hosts at this moment. */
  public Set<ServiceHost> getAllHosts() {
    return Set.copyOf(hosts);
  }

  /** One of the hosts. */
  public ServiceHost getHost() {
    return hosts.stream()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("addHost(host) comes first"));
  }

  /** The host of an id. */
  public Optional<ServiceHost> getHost(String id) {
    return hosts.stream().filter(host -> host.getId().equals(id)).findFirst();
  }

  private String link() {
    return UriUtils.buildUriPath(ServiceUriPaths.NODE_GROUP_FACTORY, name);
  }

  private void send(ServiceHost host, Operation op) {
    TestRequestSender sender = new TestRequestSender(host);
    sender.setTimeout(timeout);
    var _ = sender.sendAndWait(op);
  }

  /** Makes the group on each host, unless it is the default one, which is there. */
  public TestNodeGroupManager createNodeGroup() {
    if (!name.equals(ServiceUriPaths.DEFAULT_NODE_GROUP_NAME)) {
      for (ServiceHost host : hosts) {
        NodeGroupState group = new NodeGroupState();
        group.documentSelfLink = link();
        send(host, Operation.createPost(host, ServiceUriPaths.NODE_GROUP_FACTORY).setBody(group));
      }
    }
    return this;
  }

  /** Has all hosts join the group of the first, and waits until they agree. */
  public TestNodeGroupManager joinNodeGroupAndWaitForConvergence() {
    List<ServiceHost> all = List.copyOf(hosts);
    for (ServiceHost host : all.subList(1, all.size())) {
      JoinPeerRequest join =
          JoinPeerRequest.create(UriUtils.buildUri(all.getFirst(), link()), null);
      send(host, Operation.createPost(host, link()).setBody(join));
    }
    return waitForConvergence();
  }

  /** Sets how many live members the group needs. */
  public TestNodeGroupManager updateQuorum(int quorum) {
    ServiceHost host = getHost();
    send(
        host,
        Operation.createPatch(host, link())
            .setBody(UpdateQuorumRequest.create(true).setMembershipQuorum(quorum)));
    return this;
  }

  /** Waits until the hosts agree on the group and find the owners of everything. */
  public TestNodeGroupManager waitForConvergence() {
    new GroupConvergence(hosts, link()).await(hosts.size(), timeout);
    return this;
  }

  /** Waits until a factory answers on all hosts. */
  public TestNodeGroupManager waitForFactoryServiceAvailable(String factoryLink) {
    for (ServiceHost host : hosts) {
      TestContext ctx = new TestContext(1, timeout);
      host.registerForServiceAvailability(ctx.getCompletion(), factoryLink);
      ctx.await();
    }
    return this;
  }

  /** Sends an operation by one of the hosts. */
  public void sendRequest(Operation op) {
    new TestRequestSender(getHost()).sendRequest(op);
  }
}
