// SPDX-License-Identifier: Apache-2.0
/**
 * Who is alive: members find each other by gossip, watch each other and share a little metadata.
 * Membership never decides who may vote; it only says who answers.
 */
@NullMarked
package io.cairn.cluster.membership;

import org.jspecify.annotations.NullMarked;
