# The parameters of main.bicep and events/main.bicep, in the same order, with the same defaults and limits.

variable "environment_name" {
  type        = string
  description = "Names everything: letters, digits and hyphens between them. Several can live in one subscription."

  validation {
    condition     = length(var.environment_name) >= 1 && length(var.environment_name) <= 32
    error_message = "environment_name takes 1 to 32 characters."
  }
  validation {
    condition     = can(regex("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$", var.environment_name))
    error_message = "environment_name: use letters, digits and hyphens, with a letter or digit first and last."
  }
}

variable "location" {
  type        = string
  description = "Region of the app. It need not be the hub's."

  validation {
    condition     = length(var.location) >= 1
    error_message = "location is the name of a region, such as swedencentral."
  }
}

variable "mode" {
  type        = string
  description = "audit: report what is wrong with the peerings. enforce: repair it."

  validation {
    condition     = contains(["audit", "enforce"], var.mode)
    error_message = "mode is audit or enforce."
  }
}

variable "hub_vnet_id" {
  type        = string
  default     = ""
  description = "Resource ID of the hub network. Give this, hub_location, topology_file or topology."

  validation {
    condition     = var.hub_vnet_id == "" || can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+$", var.hub_vnet_id))
    error_message = "hub_vnet_id is the resource ID of a virtual network."
  }
  validation {
    condition     = join("", [var.hub_vnet_id, var.hub_location, var.topology_file, var.topology]) != ""
    error_message = "Give one of hub_vnet_id, hub_location, topology_file and topology."
  }
}

variable "hub_location" {
  type        = string
  default     = ""
  description = "Region whose network is the hub."
}

variable "topology_file" {
  type        = string
  default     = ""
  description = "For several hubs, or rules for spokes: a topology document in the folder of the app, such as topology.yaml."
}

variable "topology" {
  type        = string
  default     = ""
  description = "The same as text, YAML or JSON."
}

variable "peering_name_template" {
  type        = string
  default     = ""
  description = "How peerings are called, with {local} and {remote} and optionally {local_group} and {remote_group}. Empty: peer-{local}-{remote}."

  validation {
    condition     = length(var.peering_name_template) <= 60
    error_message = "peering_name_template takes 60 characters at most."
  }
}

variable "gateway_transit" {
  type        = string
  default     = "never"
  description = "Whether spokes use the gateway of the hub. never: not, but a use that is found is kept."

  validation {
    condition     = contains(["never", "when-available", "always"], var.gateway_transit)
    error_message = "gateway_transit is never, when-available or always."
  }
}

variable "hub_peering_options" {
  type        = string
  default     = ""
  description = "Options of the halves on the hub, such as allowForwardedTraffic=false: true, false or keep. Empty: network access and forwarded traffic are allowed, the rest is kept."
}

variable "spoke_peering_options" {
  type        = string
  default     = ""
  description = "The same for the halves on the spokes."
}

variable "reconcile_schedule" {
  type        = string
  default     = ""
  description = "When everything is checked: NCRONTAB, seconds first. Empty: every five minutes."
}

variable "outcome_topic_endpoint" {
  type        = string
  default     = ""
  description = "Endpoint of an Event Grid custom topic that hears of changes of state. Empty: nobody does."
}

variable "outcome_topic_id" {
  type        = string
  default     = ""
  description = "Resource ID of that topic, on which the app is then given the right to send. Empty: it has it already."

  validation {
    condition     = var.outcome_topic_id == "" || can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.EventGrid/topics/[^/]+$", var.outcome_topic_id))
    error_message = "outcome_topic_id is the resource ID of an Event Grid topic."
  }
}

variable "heartbeat_window" {
  type        = string
  default     = "PT15M"
  description = "Two periods of the schedule or a little more: no finished check for so long is an alert."

  validation {
    condition     = contains(["PT10M", "PT15M", "PT30M", "PT45M", "PT1H", "PT2H", "PT6H", "P1D"], var.heartbeat_window)
    error_message = "heartbeat_window is PT10M, PT15M, PT30M, PT45M, PT1H, PT2H, PT6H or P1D."
  }
}

variable "event_budget_seconds" {
  type        = number
  default     = 25
  description = "How long a run for an event may take."

  validation {
    condition     = var.event_budget_seconds >= 1 && var.event_budget_seconds <= 28
    error_message = "event_budget_seconds is 1 to 28."
  }
}

variable "timer_budget_seconds" {
  type        = number
  default     = 1500
  description = "How long a run of the timer may take."

  validation {
    condition     = var.timer_budget_seconds >= 30 && var.timer_budget_seconds <= 1740
    error_message = "timer_budget_seconds is 30 to 1740."
  }
}

variable "instance_memory_mb" {
  type        = number
  default     = 2048
  description = "Memory of an instance. Not every region offers 512."

  validation {
    condition     = contains([512, 2048, 4096], var.instance_memory_mb)
    error_message = "instance_memory_mb is 512, 2048 or 4096."
  }
}

variable "maximum_instance_count" {
  type        = number
  default     = 40
  description = "Most instances of each function. Some regions take no less than 40."

  validation {
    condition     = var.maximum_instance_count >= 1 && var.maximum_instance_count <= 1000
    error_message = "maximum_instance_count is 1 to 1000."
  }
}

variable "always_ready_instances" {
  type        = number
  default     = 0
  description = "Instances kept warm for events. They cost money while idle; a cold start only delays."

  validation {
    condition     = var.always_ready_instances >= 0 && var.always_ready_instances <= 20
    error_message = "always_ready_instances is 0 to 20."
  }
}

variable "zone_redundant" {
  type        = bool
  default     = false
  description = "Instances spread over the zones of the region: two are always ready for each function, and paid for."
}

variable "storage_sku" {
  type        = string
  default     = ""
  description = "How storage is kept. Empty: over the zones of the region, where it has them."

  validation {
    condition     = contains(["", "Standard_LRS", "Standard_ZRS"], var.storage_sku)
    error_message = "storage_sku is empty, Standard_LRS or Standard_ZRS."
  }
}

variable "workspace_id" {
  type        = string
  default     = ""
  description = "Resource ID of a Log Analytics workspace to use. Empty: one is created."
}

variable "log_retention_days" {
  type        = number
  default     = 30
  description = "How long a workspace of our own keeps the log."

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730
    error_message = "log_retention_days is 30 to 730."
  }
}

variable "action_group_id" {
  type        = string
  default     = ""
  description = "Resource ID of the action group that alerts go to. Empty: they only show in the portal."
}

variable "open_telemetry" {
  type        = bool
  default     = false
  description = "Metrics and traces by OpenTelemetry, of the host and of the app. The log facts are the same either way."
}

variable "private_networking" {
  type        = bool
  default     = false
  description = "Storage reachable from a virtual network only, and the app from Event Grid only."

  validation {
    condition     = !var.private_networking || !contains([var.integration_subnet_id, var.private_endpoint_subnet_id, var.blob_dns_zone_id, var.table_dns_zone_id], "")
    error_message = "private_networking needs integration_subnet_id, private_endpoint_subnet_id, blob_dns_zone_id and table_dns_zone_id."
  }
}

variable "integration_subnet_id" {
  type        = string
  default     = ""
  description = "With private_networking: subnet delegated to Microsoft.App/environments, /27 or larger."
}

variable "private_endpoint_subnet_id" {
  type        = string
  default     = ""
  description = "With private_networking: subnet for the private endpoints."
}

variable "allowed_addresses" {
  type        = list(string)
  default     = []
  description = "With private_networking: addresses that may open the status page, such as 203.0.113.0/24. Empty: none may."
}

variable "blob_dns_zone_id" {
  type        = string
  default     = ""
  description = "With private_networking: private DNS zone of the blobs, in the public cloud privatelink.blob.core.windows.net."
}

variable "table_dns_zone_id" {
  type        = string
  default     = ""
  description = "The same of the tables, such as privatelink.table.core.windows.net."
}

variable "role_definition_id" {
  type        = string
  default     = ""
  description = "Resource ID of a role created beforehand, see infra/fleet/. Empty: one is created for each subscription."
}

variable "deploy_hub_role" {
  type        = bool
  default     = true
  description = "False where the hub lies in another subscription and its owner assigns the role."
}

variable "other_subscription_ids" {
  type        = list(string)
  default     = []
  description = "Other subscriptions that the topology document looks after."
}

variable "other_hub_vnet_ids" {
  type        = list(string)
  default     = []
  description = "Resource IDs of its hubs that lie in none of these."

  validation {
    condition     = alltrue([for id in var.other_hub_vnet_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft.Network/virtualNetworks/[^/]+$", trimspace(id)))])
    error_message = "other_hub_vnet_ids are resource IDs of virtual networks."
  }
}

variable "lock_resources" {
  type        = bool
  default     = false
  description = "Protects the resource group from deletion. terraform destroy removes the lock first."
}

variable "tags" {
  type        = map(string)
  default     = {}
  description = "Tags for everything that is created."
}

variable "existing_system_topic_name" {
  type        = string
  default     = ""
  description = "The system topic of this subscription, where it has one already: Azure allows no second. Empty: one is created."

  validation {
    condition     = (var.existing_system_topic_name == "") == (var.existing_system_topic_resource_group == "")
    error_message = "existing_system_topic_name and existing_system_topic_resource_group go together."
  }
}

variable "existing_system_topic_resource_group" {
  type        = string
  default     = ""
  description = "Resource group of that topic."
}

# What a Bicep deployment knows by itself or is given by a command.

variable "package_uri" {
  type        = string
  description = "Where Azure fetches the package of a release, interlinked.zip. It is deployed as it is, and anew whenever this changes."

  validation {
    condition     = startswith(var.package_uri, "https://")
    error_message = "package_uri begins with https://."
  }
}

variable "subscription_id" {
  type        = string
  default     = ""
  description = "The subscription whose networks are looked after, and where the app lives. Empty: that of the provider."
}

variable "cloud" {
  type        = string
  default     = "public"
  description = "The cloud, in azapi's words for its environment: public, usgovernment or china."

  validation {
    condition     = contains(["public", "usgovernment", "china"], var.cloud)
    error_message = "cloud is public, usgovernment or china."
  }
}
