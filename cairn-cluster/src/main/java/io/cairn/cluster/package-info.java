// SPDX-License-Identifier: Apache-2.0
@NullMarked
package io.cairn.cluster;

import org.jspecify.annotations.NullMarked;
