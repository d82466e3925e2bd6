// SPDX-License-Identifier: Apache-2.0
/**
 * Subscriptions that outlive the host which took them (ADR 48): each is a document beside its
 * publisher, and whoever owns both tells the subscriber. {@link
 * io.cairn.runtime.subscriptions.KeptSubscriptions} begins and ends them.
 */
@NullMarked
package io.cairn.runtime.subscriptions;

import org.jspecify.annotations.NullMarked;
