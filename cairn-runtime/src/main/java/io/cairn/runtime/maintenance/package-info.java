// SPDX-License-Identifier: Apache-2.0
/** What runs by the clock: services' maintenance, the host's sweeps, tasks put off. */
@NullMarked
package io.cairn.runtime.maintenance;

import org.jspecify.annotations.NullMarked;
