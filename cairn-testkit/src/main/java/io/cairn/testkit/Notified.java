// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import io.cairn.service.Service.Action;
import org.jspecify.annotations.Nullable;

/**
 * One notification, as a subscriber got it.
 *
 * @param action what was done
 * @param link the document that it was done to; null if the notification does not say
 * @param state the new state; null if the notification has none
 */
public record Notified<T>(Action action, @Nullable String link, @Nullable T state) {}
