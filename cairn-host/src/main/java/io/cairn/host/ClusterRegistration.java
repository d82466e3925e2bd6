// SPDX-License-Identifier: Apache-2.0
package io.cairn.host;

import io.cairn.cluster.application.ClusterApplication;
import io.cairn.cluster.application.ClusterApplications;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application that hears of everything from the first event on.
 *
 * @param stage the name of the executor that calls it; null for a thread of its own
 */
record ClusterRegistration(ClusterApplication application, @Nullable String stage) {

  /**
   * Returns the applications of a host: that which the settings name first.
   *
   * @throws IllegalArgumentException if it cannot be made
   */
  static List<ClusterRegistration> of(
      ServiceHost.Arguments arguments, List<ClusterRegistration> added) {
    List<ClusterRegistration> all = new ArrayList<>();
    if (arguments.clusterApplicationClass != null) {
      all.add(
          new ClusterRegistration(
              ClusterApplications.instantiate(arguments.clusterApplicationClass, loader()),
              arguments.clusterApplicationStage));
    }
    all.addAll(added);
    return List.copyOf(all);
  }

  private static ClassLoader loader() {
    ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
    return ofThread == null ? ServiceHost.class.getClassLoader() : ofThread;
  }
}
