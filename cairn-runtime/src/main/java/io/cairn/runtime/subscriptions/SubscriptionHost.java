// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.subscriptions;

import io.cairn.runtime.documents.DocumentDirectory;
import io.cairn.runtime.documents.DocumentStorage;
import io.cairn.runtime.model.HostClock;
import io.cairn.runtime.watch.Watches;
import io.cairn.service.ServiceHost;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What subscriptions need of their host.
 *
 * @param self this node
 * @param documentsOf where the documents of a service or of a factory's children are; null if there
 *     are none
 * @param handlers runs each task on a thread of its own, which may block
 * @param timeoutMicros how long a subscriber may take to answer one notification
 * @param failureWindowMicros how long a subscriber must have failed to be dropped
 */
public record SubscriptionHost(
    String self,
    ServiceHost host,
    DocumentDirectory documents,
    Function<String, @Nullable DocumentStorage> documentsOf,
    Watches watches,
    HostClock clock,
    ExecutorService handlers,
    ScheduledExecutorService timer,
    long timeoutMicros,
    long failureWindowMicros) {}
