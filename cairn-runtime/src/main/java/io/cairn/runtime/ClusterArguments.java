// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime;

import io.cairn.cluster.application.ClusterApplication;
import io.cairn.cluster.application.ClusterApplications;
import io.cairn.cluster.application.MessagingSettings;
import io.cairn.cluster.attributes.AttributesSettings;
import io.cairn.cluster.membership.MembershipSettings;
import io.cairn.runtime.tracing.RequestLogging;
import io.cairn.service.ServiceHost;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a host with those of its cluster, for hosts that change the latter. A host that
 * is initialized with plain arguments takes the defaults.
 */
public class ClusterArguments extends ServiceHost.Arguments {

  /** How eagerly the nodes watch each other. */
  public MembershipSettings membership = MembershipSettings.defaults();

  /** How the attributes that all nodes share are kept and spread; the directory is not read. */
  public AttributesSettings attributes = AttributesSettings.defaults();

  /** Bounds of messages between the applications of nodes. */
  public MessagingSettings messaging = MessagingSettings.defaults();

  /** Which requests are written down all the time. */
  public RequestLogging requests = RequestLogging.NONE;

  private final List<Registration> applications = new ArrayList<>();

  /**
   * An application that hears of everything from the first event on.
   *
   * @param stage the name of the executor that calls it; null for a thread of its own
   */
  record Registration(ClusterApplication application, @Nullable String stage) {}

  /**
   * Has an application hear what happens in the cluster, from the start on; on a thread of its own.
   */
  public ClusterArguments register(ClusterApplication application) {
    applications.add(new Registration(application, null));
    return this;
  }

  /**
   * As the other form, on the executor of a name: applications of one name are called by one
   * thread.
   *
   * @throws IllegalArgumentException if the name is blank
   */
  public ClusterArguments register(ClusterApplication application, String stage) {
    if (stage.isBlank()) {
      throw new IllegalArgumentException("a stage needs a name");
    }
    applications.add(new Registration(application, stage));
    return this;
  }

  /**
   * What the settings of a host say about its cluster.
   *
   * @param applications that which the settings name first
   */
  record Settled(
      MembershipSettings membership,
      AttributesSettings attributes,
      MessagingSettings messaging,
      RequestLogging requests,
      List<Registration> applications) {}

  /**
   * Returns what settings say now.
   *
   * @throws IllegalArgumentException if an application that they name cannot be made
   */
  static Settled settled(ServiceHost.Arguments arguments) {
    ClusterArguments own =
        arguments instanceof ClusterArguments cluster ? cluster : new ClusterArguments();
    List<Registration> all = new ArrayList<>();
    if (arguments.clusterApplicationClass != null) {
      ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
      all.add(
          new Registration(
              ClusterApplications.instantiate(
                  arguments.clusterApplicationClass,
                  ofThread == null ? ServiceHost.class.getClassLoader() : ofThread),
              arguments.clusterApplicationStage));
    }
    all.addAll(own.applications);
    return new Settled(
        own.membership, own.attributes, own.messaging, own.requests, List.copyOf(all));
  }
}
