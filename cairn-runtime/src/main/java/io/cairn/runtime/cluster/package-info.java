// SPDX-License-Identifier: Apache-2.0
/** What clients see of the cluster: its members, its health, and the attributes they share. */
@NullMarked
package io.cairn.runtime.cluster;

import org.jspecify.annotations.NullMarked;
