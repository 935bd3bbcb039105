output "resource_group_name" {
  description = "The group that the app lives in."
  value       = azapi_resource.group.name
}

output "function_app_id" {
  description = "Resource ID of the function app."
  value       = azapi_resource.app.id
}

output "principal_id" {
  description = "Object ID of the app's identity, for owners who assign its role themselves."
  value       = local.principal_id
}
